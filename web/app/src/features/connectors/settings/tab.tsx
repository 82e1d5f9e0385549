import { Details } from "./details.tsx";
import { Removal } from "./removal.tsx";
import { Update } from "./update.tsx";
import { Versions } from "./versions.tsx";

/** How a connector came to be, how it goes on, and its end. */
export function SettingsTab() {
  return (
    <>
      <Update />
      <Versions />
      <Details />
      <Removal />
    </>
  );
}
