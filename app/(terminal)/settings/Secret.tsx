import { CopyButton } from '#app/ui/CopyButton.tsx'

type SecretProps = { text: string; copyLabel: string; testId?: string }

/** Text for machines: whole, wrapped where it must be, and never typed by hand. */
export function Secret({ text, copyLabel, testId }: SecretProps) {
  return (
    <span className="flex items-start gap-1.5">
      <span className="min-w-0 break-all py-1 font-mono text-xs" data-testid={testId}>
        {text}
      </span>
      <CopyButton text={text} label={copyLabel} />
    </span>
  )
}
