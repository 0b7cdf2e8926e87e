import { currentSettings, type Sound, type SoundEvent } from '#app/data/settings.ts'

/** One tone: Hz, seconds after the beginning, length in seconds. */
type Tone = readonly [frequency: number, start: number, length: number]

/** Made of plain tones, so that nothing has to be fetched when it matters. */
const TONES: Readonly<Record<Exclude<Sound, 'none'>, { wave: OscillatorType; tones: readonly Tone[] }>> = {
  tick: { wave: 'triangle', tones: [[1_200, 0, 0.06]] },
  chime: {
    wave: 'sine',
    tones: [
      [660, 0, 0.25],
      [880, 0.12, 0.4],
    ],
  },
  bell: {
    wave: 'sine',
    tones: [
      [1_047, 0, 1.1],
      [2_093, 0, 0.5],
    ],
  },
  alarm: {
    wave: 'square',
    tones: [
      [740, 0, 0.16],
      [554, 0.2, 0.16],
      [740, 0.4, 0.16],
      [554, 0.6, 0.24],
    ],
  },
}

let context: AudioContext | undefined

/** A browser lets a page make sounds only after it was touched: the first touch prepares for all later ones. */
export function prepareSounds(): () => void {
  const wake = (): void => {
    context ??= new AudioContext()
    if (context.state === 'suspended') void context.resume()
  }
  for (const event of ['pointerdown', 'keydown'] as const) addEventListener(event, wake)
  return () => {
    for (const event of ['pointerdown', 'keydown'] as const) removeEventListener(event, wake)
  }
}

/** Many fills of one moment make one sound. */
const PAUSE_MS = 400
let lastAt = Number.NEGATIVE_INFINITY

export function sound(event: SoundEvent): void {
  const { soundsOn, sounds, volume } = currentSettings()
  const now = performance.now()
  if (!soundsOn || (event !== 'danger' && now - lastAt < PAUSE_MS)) return
  lastAt = now
  play(sounds[event], volume)
}

/** `volume`: percent. Silent until the page was touched. */
export function play(name: Sound, volume: number): void {
  if (name === 'none' || volume === 0 || context?.state !== 'running') return
  const { wave, tones } = TONES[name]
  const begin = context.currentTime
  for (const [frequency, start, length] of tones) {
    const [source, gain] = [context.createOscillator(), context.createGain()]
    source.type = wave
    source.frequency.value = frequency
    // The ear hears loudness by its square; a square wave is louder than it measures.
    const loudness = (volume / 100) ** 2 * (wave === 'square' ? 0.15 : 0.5)
    gain.gain.setValueAtTime(loudness, begin + start)
    gain.gain.exponentialRampToValueAtTime(loudness / 1_000, begin + start + length)
    source.connect(gain).connect(context.destination)
    source.start(begin + start)
    source.stop(begin + start + length)
  }
}
