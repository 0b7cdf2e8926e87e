import type { NextConfig } from 'next'

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // `./qd check` runs the type checker over the whole project; a build need not do it again.
  typescript: { ignoreBuildErrors: true },
  devIndicators: false,
}

export default config
