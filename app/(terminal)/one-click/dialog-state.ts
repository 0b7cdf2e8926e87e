import { create } from 'zustand'

/** The set-up is asked for at the ticket, in the bar and in the palette; it is shown in one place. */
export const useOneClickDialog = create<{ open: boolean }>()(() => ({ open: false }))

export const openOneClick = (): void => useOneClickDialog.setState({ open: true })
export const setOneClickOpen = (open: boolean): void => useOneClickDialog.setState({ open })
