import { create } from 'zustand'

export const usePalette = create<{ palette: boolean; help: boolean }>()(() => ({ palette: false, help: false }))

export const setPaletteOpen = (palette: boolean): void => usePalette.setState({ palette })
export const setHelpOpen = (help: boolean): void => usePalette.setState({ help })
