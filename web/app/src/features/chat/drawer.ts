import { createContext } from "react";

/** Opens the list of conversations where it is not beside the page. */
export const DrawerContext = createContext<() => void>(() => undefined);
