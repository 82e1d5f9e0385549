import { createLink } from "@tanstack/react-router";
import type { ComponentProps, ReactNode } from "react";
import { buttonClass, type ButtonLook } from "@madang/ui";

interface Look extends ComponentProps<"a"> {
  look?: ButtonLook;
  icon?: ReactNode;
}

function Anchor({ look = "secondary", icon, className, children, ...rest }: Look) {
  return (
    <a {...rest} className={buttonClass(look, "md", className)}>
      {icon}
      {children}
    </a>
  );
}

/** A link to another page that looks like a button. */
export const ButtonLink = createLink(Anchor);
