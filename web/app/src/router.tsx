import { createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { connectorRoutes, laterConnectors } from "./features/connectors/routes.ts";
import { HomePage } from "./features/home/page.tsx";
import { NotFound, RouteError, RoutePending } from "./frame/route-states.tsx";
import { root } from "./root.ts";

/** Pages that the first one does not wait for. */
const later = {
  chat: () => import("./features/chat/page.tsx"),
  newConversation: () => import("./features/chat/new-conversation.tsx"),
  conversation: () => import("./features/chat/conversation.tsx"),
  settings: () => import("./features/account/settings.tsx"),
  general: () => import("./features/account/general.tsx"),
  models: () => import("./features/models/settings.tsx"),
  apiKeys: () => import("./features/account/api-keys.tsx"),
  browsers: () => import("./features/account/browsers.tsx"),
  installation: () => import("./features/account/installation.tsx"),
  audit: () => import("./features/account/audit.tsx"),
};

const home = createRoute({ getParentRoute: () => root, path: "/", component: HomePage });

const chat = createRoute({
  getParentRoute: () => root,
  path: "/chat",
  component: lazyRouteComponent(later.chat, "ChatPage"),
});

const newConversation = createRoute({
  getParentRoute: () => chat,
  path: "/",
  component: lazyRouteComponent(later.newConversation, "NewConversation"),
});

const conversation = createRoute({
  getParentRoute: () => chat,
  path: "/$conversationId",
  component: lazyRouteComponent(later.conversation, "ConversationPage"),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  component: lazyRouteComponent(later.settings, "SettingsPage"),
});

const settingsIndex = createRoute({
  getParentRoute: () => settings,
  path: "/",
  beforeLoad: () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- the router's way to redirect
    throw redirect({ to: "/settings/general", replace: true });
  },
});

const general = createRoute({
  getParentRoute: () => settings,
  path: "/general",
  component: lazyRouteComponent(later.general, "GeneralSettings"),
});

const models = createRoute({
  getParentRoute: () => settings,
  path: "/models",
  component: lazyRouteComponent(later.models, "ModelsSettings"),
});

const apiKeys = createRoute({
  getParentRoute: () => settings,
  path: "/api-keys",
  component: lazyRouteComponent(later.apiKeys, "ApiKeysSettings"),
});

const browsers = createRoute({
  getParentRoute: () => settings,
  path: "/browsers",
  component: lazyRouteComponent(later.browsers, "BrowsersSettings"),
});

const installation = createRoute({
  getParentRoute: () => settings,
  path: "/installation",
  component: lazyRouteComponent(later.installation, "InstallationSettings"),
});

const audit = createRoute({
  getParentRoute: () => settings,
  path: "/audit",
  component: lazyRouteComponent(later.audit, "AuditSettings"),
});

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    chat.addChildren([newConversation, conversation]),
    ...connectorRoutes,
    settings.addChildren([settingsIndex, general, models, apiKeys, browsers, installation, audit]),
  ]),
  defaultPreload: "intent",
  defaultErrorComponent: RouteError,
  defaultNotFoundComponent: NotFound,
  defaultPendingComponent: RoutePending,
});

/** Fetch the other pages once the first one stands, so that they open at once, and open while the server is away. */
export function fetchLater(): void {
  const pages = [...Object.values(later), ...Object.values(laterConnectors)];
  // A page that could not be fetched now is fetched when it is opened.
  setTimeout(() => void Promise.allSettled(pages.map((load) => load())), 1000);
}

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
