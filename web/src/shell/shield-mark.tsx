import type { ReactNode } from "react";
import icon from "../icon.svg";

export const ShieldMark = ({ size }: { readonly size: number }): ReactNode => (
  <img src={icon} width={size} height={size} alt="" />
);
