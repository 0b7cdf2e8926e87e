/** Why nothing was sent, or what the chain said; nothing while there is nothing to say. */
export function Failure({ children }: { children: string | null }) {
  if (children === null) return null
  return (
    <p role="alert" className="rounded-md bg-down-soft px-3 py-2 text-down text-xs">
      {children}
    </p>
  )
}
