import { create } from 'zustand'

/** Something to be sure of before it is done. */
export type Question = { title: string; text: string; yes: string; run: () => void }

export const useQuestion = create<{ question: Question | null }>()(() => ({ question: null }))

export const ask = (question: Question): void => useQuestion.setState({ question })
export const dropQuestion = (): void => useQuestion.setState({ question: null })
