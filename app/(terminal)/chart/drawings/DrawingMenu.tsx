'use client'
import { PencilLine } from 'lucide-react'
import { useMarket } from '../../../data/market.tsx'
import { t } from '../../../i18n/t.ts'
import { decimalsOf, formatPrice } from '../../../ui/format.ts'
import { MenuItem, MenuSeparator } from '../../../ui/Menu.tsx'
import { Kbd } from '../../../ui/Tag.tsx'
import { BarMenu } from '../BarMenu.tsx'
import { DRAWING_KINDS, DRAWINGS, type Drawing } from './model.ts'
import { chooseTool, removeDrawing, removeDrawings, useDrawings } from './use-drawings.ts'

type DrawingMenuProps = { market: string; onChosen: () => void }

/** Takes up a tool, and lists what is drawn on this market. `onChosen`: the next key or click is for the chart. */
export function DrawingMenu({ market, onChosen }: DrawingMenuProps) {
  const { drawings, tool } = useDrawings(market)
  const tickSize = useMarket(market, (m) => m.params.tickSize) ?? '1'
  return (
    <BarMenu label={t('Drawings')} icon={PencilLine} words={t('Draw')} movesFocus active={tool !== null}>
      {DRAWING_KINDS.map((kind) => (
        <MenuItem
          key={kind}
          onClick={() => {
            chooseTool(kind)
            onChosen()
          }}
        >
          <span className="grow">{t(DRAWINGS[kind].name)}</span>
          <Kbd>Alt {DRAWINGS[kind].key}</Kbd>
        </MenuItem>
      ))}
      {drawings.length > 0 && (
        <>
          <MenuSeparator />
          {drawings.slice(-SHOWN).map((drawing) => (
            <MenuItem key={drawing.id} onClick={() => removeDrawing(market, drawing.id)}>
              <span className="grow">{removalOf(drawing, tickSize)}</span>
            </MenuItem>
          ))}
          <MenuItem onClick={() => removeDrawings(market)}>
            {t('Remove all {count}', { count: drawings.length })}
          </MenuItem>
        </>
      )}
    </BarMenu>
  )
}

/** So many of the newest fit into a menu. */
const SHOWN = 8

/** "Remove trend line 140.20 – 143.10" */
function removalOf({ kind, anchors }: Drawing, tickSize: string): string {
  const prices = anchors.map(({ price }) => formatPrice(price.toFixed(decimalsOf(tickSize)), tickSize))
  return t(DRAWINGS[kind].removal, { prices: prices.join(' – ') })
}
