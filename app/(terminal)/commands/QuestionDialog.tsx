'use client'
import { t } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { Dialog } from '#app/ui/Dialog.tsx'
import { dropQuestion, useQuestion } from './question.ts'

export function QuestionDialog() {
  const question = useQuestion((state) => state.question)
  if (question === null) return null
  const { title, text, yes, run } = question
  return (
    <Dialog open onOpenChange={(open) => !open && dropQuestion()} title={title} description={text}>
      <div className="grid grid-cols-2 gap-2">
        <Button onClick={dropQuestion}>{t('Leave it as it is')}</Button>
        <Button
          variant="sell"
          autoFocus
          onClick={() => {
            dropQuestion()
            run()
          }}
        >
          {yes}
        </Button>
      </div>
    </Dialog>
  )
}
