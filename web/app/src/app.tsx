import { RouterProvider } from "@tanstack/react-router";
import { Spinner } from "@madang/ui";
import { isSignedOut } from "./api.ts";
import { SessionContext, useSessionQuery } from "./features/account/session.ts";
import { SignedOut } from "./features/account/signed-out.tsx";
import { useSyncedAppearance } from "./features/account/preferences.ts";
import { labels } from "./i18n/common.ts";
import { useMessages } from "./i18n/tables.ts";
import { ProblemNotice } from "./problem.tsx";
import { router } from "./router.tsx";

/** Who is signed in decides: the pages, the way to sign in, or why neither can be said. */
export function App() {
  const session = useSessionQuery();
  const words = useMessages(labels);
  useSyncedAppearance(session.data !== undefined && !session.isError);
  if (isSignedOut(session.error)) {
    return <SignedOut isChecking={session.isFetching} onCheck={() => void session.refetch()} />;
  }
  if (session.data !== undefined) {
    return (
      <SessionContext value={session.data}>
        <RouterProvider router={router} />
      </SessionContext>
    );
  }
  return (
    <main className="mx-auto flex h-full max-w-lg flex-col justify-center p-6">
      <title>Madang</title>
      {session.isError ? (
        <ProblemNotice error={session.error} onRetry={() => void session.refetch()} />
      ) : (
        <div className="self-center text-muted">
          <Spinner label={words.loading} className="size-6" />
        </div>
      )}
    </main>
  );
}
