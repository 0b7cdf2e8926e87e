import Link from 'next/link'

export default function NotFound() {
  return (
    <main className="grid min-h-dvh place-content-center justify-items-center gap-2 bg-panel p-6 text-center">
      <h1 className="font-semibold text-xl">This page does not exist</h1>
      <p className="text-muted">The address may be mistyped, or the page has moved.</p>
      <Link href="/" className="mt-2 text-accent hover:underline">
        Open the terminal
      </Link>
    </main>
  )
}
