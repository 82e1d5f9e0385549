import type { Schemas } from "@madang/sdk";
import { useQuery, type UseQueryResult } from "@tanstack/react-query";

export type Readiness = Schemas["ReadinessView"];

/** Whether the backend can serve. "Not ready" is an answer here, though its status is 503. */
export function useReadiness(): UseQueryResult<Readiness> {
  return useQuery({
    queryKey: ["readiness"],
    queryFn: async ({ signal }) => {
      const response = await fetch("/readyz", { signal });
      return (await response.json()) as Readiness;
    },
    refetchInterval: 15_000,
  });
}
