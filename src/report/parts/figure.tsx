import { type ComponentChildren, type ComponentType, createContext, type VNode } from 'preact';
import { useContext, useLayoutEffect, useRef } from 'preact/hooks';
import { DrawContext } from '../state.ts';
import type { PlotSpec } from './figureSpec.ts';
import { Fold } from './fold.tsx';
import { Json } from './inline.tsx';
import { type Column, Table } from './table.tsx';

/** Draws the still pictures while the page is made; null in the page, which keeps the existing ones. */
export const StillContext = createContext<ComponentType<{ spec: PlotSpec }> | null>(null);

/** The still picture of a plot. Hydration leaves it unchanged, as markup that no component owns. */
const StillPicture = ({ spec, label }: { spec: PlotSpec; label: string }): VNode => {
  const Still = useContext(StillContext);
  return Still ? (
    <div class="figure__still" role="img" aria-label={label}>
      <Still spec={spec} />
    </div>
  ) : (
    <div class="figure__still" role="img" aria-label={label} dangerouslySetInnerHTML={{ __html: '' }} />
  );
};

/**
 * A plot: a titled picture, still until the page's script draws it when it comes near the window; a caption, and its
 * data as a table and as a file. `live`: inside an island, where `spec` follows the page's state; otherwise it is drawn
 * once, and a `cursor` in its spec follows the page's epoch.
 */
export const Figure = (props: {
  id: string;
  spec: PlotSpec;
  label: string;
  live?: boolean;
  square?: boolean;
  columns: readonly Column[];
  rows: readonly (readonly (string | number)[])[];
  children?: ComponentChildren;
}): VNode => {
  const { id, spec, label, live = false, square = false, columns, rows, children } = props;
  const at = useRef<HTMLDivElement>(null);
  const draw = useContext(DrawContext);
  // In the same frame, so that a figure that follows a slider does not lag behind it.
  useLayoutEffect(() => {
    if (at.current) draw?.(at.current, spec);
  }, [spec]);
  return (
    <figure class={`figure${square ? ' figure--square' : ''}`}>
      <div
        class="figure__plot"
        id={id}
        ref={at}
        role="img"
        aria-label={label}
        data-live={live || undefined}
      />
      <StillPicture spec={spec} label={label} />
      {!live && <Json id={`${id}-spec`} value={spec} />}
      {children && <figcaption>{children}</figcaption>}
      <div class="figure__tools">
        <Fold data summary="Data of this figure">
          <Table caption={label} columns={columns} rows={rows} />
        </Fold>
        <span class="figure__buttons">
          <button type="button" data-save={id} hidden>
            Save picture
          </button>
          <button type="button" data-download={id} hidden>
            Save data
          </button>
        </span>
      </div>
    </figure>
  );
};
