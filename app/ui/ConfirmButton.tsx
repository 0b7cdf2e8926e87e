import { useState } from 'react'
import { Button, type ButtonProps } from './Button.tsx'

type ConfirmButtonProps = Omit<ButtonProps, 'onClick' | 'onBlur' | 'children'> & {
  label: string
  /** What the armed button asks. */
  question: string
  onConfirm: () => void
}

/** For what cannot be undone: the first press arms it, the second does it, looking away disarms it. */
export function ConfirmButton({ label, question, onConfirm, variant = 'danger', ...rest }: ConfirmButtonProps) {
  const [armed, setArmed] = useState(false)
  return (
    <Button
      variant={variant}
      onBlur={() => setArmed(false)}
      onClick={() => {
        if (armed) onConfirm()
        setArmed(!armed)
      }}
      {...rest}
    >
      {armed ? question : label}
    </Button>
  )
}
