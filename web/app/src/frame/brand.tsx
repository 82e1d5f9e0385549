/** The roof and the yard. */
export function Brand({ isShort = false }: { isShort?: boolean }) {
  return (
    <span className="flex items-center gap-2.5">
      <svg aria-hidden viewBox="0 0 32 32" className="size-6 shrink-0">
        <rect width="32" height="32" rx="8" className="fill-[#0d6a4f]" />
        <path
          d="M7 15.5 16 8l9 7.5M9 20h14M12 24.5h8"
          className="fill-none stroke-[#fff] stroke-[2.6]"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      {isShort ? (
        <span className="sr-only">Madang</span>
      ) : (
        <span className="text-lg font-semibold tracking-tight">Madang</span>
      )}
    </span>
  );
}
