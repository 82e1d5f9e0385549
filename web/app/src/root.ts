import { createRootRoute } from "@tanstack/react-router";
import { Frame } from "./frame/frame.tsx";

/** What all pages stand in. */
export const root = createRootRoute({ component: Frame });
