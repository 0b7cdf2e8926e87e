import { titled } from '#app/i18n/load.ts'
import { SettingsPage } from './SettingsPage.tsx'

export const generateMetadata = titled('Settings')

export default function Page() {
  return <SettingsPage />
}
