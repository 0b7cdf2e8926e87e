import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'

/** What axe finds with all its rules, as text; `except`: a part that is not looked at. */
export async function violations(page: Page, { except }: { except?: string } = {}): Promise<string[]> {
  // The other mode gathers what frames of other sites have, in a page of its own, and takes three times as long.
  const axe = new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ['violations'] })
  const { violations: found } = await (except === undefined ? axe : axe.exclude(except)).analyze()
  return found.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
  )
}
