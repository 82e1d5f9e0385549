import { useId, useState } from "react";

/** What can be opened and closed by a button. `isOpenFirst` counts until a person has chosen. */
export function useFold(isOpenFirst: boolean) {
  const id = useId();
  const [chosen, setChosen] = useState<boolean | undefined>(undefined);
  const isOpen = chosen ?? isOpenFirst;
  return {
    isOpen,
    buttonProps: {
      "aria-expanded": isOpen,
      "aria-controls": isOpen ? id : undefined,
      onClick: () => setChosen(!isOpen),
    },
    bodyProps: { id },
  };
}
