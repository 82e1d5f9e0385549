import type { components } from "../generated/api.ts";

/** The body of an error (RFC 9457). */
export type Problem = components["schemas"]["Problem"];

/** One wrong place in what was sent: a JSON pointer, a stable code, a sentence. */
export type FieldProblem = NonNullable<Problem["errors"]>[number];

const PREFIX = "urn:madang:problem:";

/** The server answered, and the answer is an error. */
export class ApiError extends Error {
  override readonly name: string = "ApiError";

  constructor(readonly problem: Problem) {
    super(problem.detail);
  }

  get status(): number {
    return this.problem.status;
  }

  /** The stable name of the kind of error, as `not-found`. */
  get code(): string {
    return this.problem.type.startsWith(PREFIX) ? this.problem.type.slice(PREFIX.length) : this.problem.type;
  }

  get title(): string {
    return this.problem.title;
  }

  /** The trace id under which the server's log has more. */
  get trace(): string | null {
    return this.problem.trace;
  }

  get errors(): readonly FieldProblem[] {
    return this.problem.errors ?? [];
  }

  /** Whether the same request may succeed later without a change. */
  get isTransient(): boolean {
    return this.status === 429 || this.status >= 502;
  }
}

/** No answer came: the server is not running, or the way to it is broken. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";

  constructor(
    readonly url: string,
    cause: unknown,
  ) {
    super(`no answer from ${new URL(url).host}`, { cause });
  }
}

/** The error in an answer; one that is not problem+json (a gateway's page) is described by its status line. */
export async function errorOf(response: Response): Promise<ApiError> {
  const type = response.headers.get("content-type") ?? "";
  if (type.startsWith("application/problem+json")) {
    try {
      return new ApiError((await response.json()) as Problem);
    } catch {
      // A body that was cut off says no more than the status line does.
    }
  }
  const title = response.statusText || `HTTP ${String(response.status)}`;
  const detail = `the server answered ${String(response.status)} without saying why`;
  return new ApiError({ type: "about:blank", title, status: response.status, detail, trace: null });
}
