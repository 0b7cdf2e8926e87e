export function Failure({ children }: { children: string | undefined }) {
  if (children === undefined) return null
  return (
    <p role="alert" className="rounded-md bg-down-soft px-3 py-2 text-down text-xs">
      {children}
    </p>
  )
}
