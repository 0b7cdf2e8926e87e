import { type RefObject, useEffect, useRef } from 'react'

/**
 * Presses the trigger once, right after it took the place of the button that was pressed: the popup then opens, focuses
 * and gives focus back exactly as it does for a press of the reader.
 */
export function useOpenOnce(): RefObject<HTMLButtonElement | null> {
  const trigger = useRef<HTMLButtonElement>(null)
  const opened = useRef(false)
  useEffect(() => {
    if (opened.current) return
    opened.current = true
    trigger.current?.focus()
    trigger.current?.click()
  }, [])
  return trigger
}
