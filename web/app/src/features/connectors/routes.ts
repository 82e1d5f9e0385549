import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { root } from "../../root.ts";

/** The pages of connectors. `-` is no name of a connector, so what is below it is none of theirs. */
export const laterConnectors = {
  list: () => import("./list.tsx"),
  add: () => import("./add/page.tsx"),
  importing: () => import("./add/import-page.tsx"),
  connector: () => import("./connector.tsx"),
  functions: () => import("./functions.tsx"),
  function: () => import("./function/page.tsx"),
  report: () => import("./report.tsx"),
  connections: () => import("./connections/list-tab.tsx"),
  newConnection: () => import("./connections/new-page.tsx"),
  connection: () => import("./connections/page.tsx"),
  settings: () => import("./settings/tab.tsx"),
};

const later = laterConnectors;

/** The text that a list is searched by; in the address, so that going back finds it again. */
function searched(search: Record<string, unknown>): { q?: string } {
  return typeof search["q"] === "string" && search["q"] !== "" ? { q: search["q"] } : {};
}

const list = createRoute({
  getParentRoute: () => root,
  path: "/connectors",
  validateSearch: searched,
  component: lazyRouteComponent(later.list, "ConnectorsPage"),
});

const add = createRoute({
  getParentRoute: () => root,
  path: "/connectors/-/new",
  validateSearch: (search: Record<string, unknown>): { again?: string } =>
    typeof search["again"] === "string" ? { again: search["again"] } : {},
  component: lazyRouteComponent(later.add, "AddPage"),
});

const importing = createRoute({
  getParentRoute: () => root,
  path: "/connectors/-/imports/$import",
  component: lazyRouteComponent(later.importing, "ImportPage"),
});

const connector = createRoute({
  getParentRoute: () => root,
  path: "/connectors/$connector",
  component: lazyRouteComponent(later.connector, "ConnectorPage"),
});

const functions = createRoute({
  getParentRoute: () => connector,
  path: "/",
  validateSearch: searched,
  component: lazyRouteComponent(later.functions, "FunctionsTab"),
});

const oneFunction = createRoute({
  getParentRoute: () => connector,
  path: "/functions/$function",
  component: lazyRouteComponent(later.function, "FunctionPage"),
});

const report = createRoute({
  getParentRoute: () => connector,
  path: "/report",
  component: lazyRouteComponent(later.report, "ReportTab"),
});

const connections = createRoute({
  getParentRoute: () => connector,
  path: "/connections",
  component: lazyRouteComponent(later.connections, "ConnectionsTab"),
});

const newConnection = createRoute({
  getParentRoute: () => connector,
  path: "/connections/new",
  component: lazyRouteComponent(later.newConnection, "NewConnection"),
});

const connection = createRoute({
  getParentRoute: () => connector,
  path: "/connections/$connection",
  component: lazyRouteComponent(later.connection, "ConnectionPage"),
});

const settings = createRoute({
  getParentRoute: () => connector,
  path: "/settings",
  component: lazyRouteComponent(later.settings, "SettingsTab"),
});

export const connectorRoutes = [
  list,
  add,
  importing,
  connector.addChildren([functions, oneFunction, report, connections, newConnection, connection, settings]),
] as const;
