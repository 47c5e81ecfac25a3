import type { ComponentChildren, VNode } from 'preact';
import { type Look, patchAt } from '../../notebook/inference/look.ts';
import { type Parameters, rowsOf } from '../../notebook/model/parameters.ts';
import { usePage } from '../state.ts';
import { scaleOf } from './colors.ts';
import { Fold } from './fold.tsx';
import { size } from './format.ts';
import { NumberTable } from './numberTable.tsx';
import { cellAt } from './pixels.tsx';

/** A place of the feature map, by row and column. */
export interface Position {
  readonly row: number;
  readonly column: number;
}

interface Positioned {
  readonly at: Position;
  readonly moveTo: (at: Position) => void;
  /** Side of the feature map. */
  readonly side: number;
}

/** The place at an index of a map. */
export const positionOf = (index: number, side: number): Position => ({
  row: Math.floor(index / side),
  column: index % side,
});

const indexOf = ({ row, column }: Position, side: number): number => row * side + column;

const inside = ({ row, column }: Position, side: number): Position => ({
  row: Math.min(side - 1, Math.max(0, row)),
  column: Math.min(side - 1, Math.max(0, column)),
});

/** The window's new place after a key; null for other keys. */
export const keyMove = (key: string, { row, column }: Position, side: number): Position | null => {
  const last = side - 1;
  const moves: Record<string, Position> = {
    ArrowLeft: { row, column: column - 1 },
    ArrowRight: { row, column: column + 1 },
    ArrowUp: { row: row - 1, column },
    ArrowDown: { row: row + 1, column },
    Home: { row, column: 0 },
    End: { row, column: last },
    PageUp: { row: 0, column },
    PageDown: { row: last, column },
  };
  return moves[key] ? inside(moves[key], side) : null;
};

/** A press, or a mouse dragged with its button held; a moving finger scrolls the page. */
const isPicking = ({ type, buttons, pointerType }: PointerEvent): boolean =>
  type === 'pointerdown' || (buttons === 1 && pointerType !== 'touch');

/** The image as a two-dimensional slider: arrow keys or the pointer move the kernel's window over it. */
export const WindowSlider = (
  props: Positioned & { kernelSize: number; convOut: Float64Array; children: ComponentChildren },
): VNode => {
  const { at, moveTo, side, kernelSize, convOut, children } = props;
  const point = (event: PointerEvent & { currentTarget: Element }): void => {
    if (!isPicking(event)) return;
    const { row, column } = cellAt(event, event.currentTarget, side + kernelSize - 1);
    const half = Math.floor(kernelSize / 2);
    moveTo(inside({ row: row - half, column: column - half }, side));
  };
  return (
    <div
      class="picker"
      role="slider"
      tabIndex={0}
      aria-label="Place of the kernel’s window on the image: arrow keys move it"
      aria-valuemin={0}
      aria-valuemax={side ** 2 - 1}
      aria-valuenow={indexOf(at, side)}
      aria-valuetext={`row ${at.row}, column ${at.column}: convOut ${size(convOut[indexOf(at, side)]!)}`}
      onKeyDown={(event) => {
        const next = keyMove(event.key, at, side);
        if (!next) return;
        event.preventDefault();
        moveTo(next);
      }}
      onPointerDown={point}
      onPointerMove={point}
    >
      {children}
    </div>
  );
};

/** A map of the network whose cells can be pointed at; for the keyboard there is the slider on the image. */
export const PlacePicker = ({
  moveTo,
  side,
  children,
}: Positioned & { children: ComponentChildren }): VNode => {
  const point = (event: PointerEvent & { currentTarget: Element }): void => {
    if (isPicking(event)) moveTo(cellAt(event, event.currentTarget, side));
  };
  return (
    <div class="picker" onPointerDown={point} onPointerMove={point}>
      {children}
    </div>
  );
};

/** The numbers of one place: patch times kernel is convOut, and the values that follow from it. */
export const Place = (props: {
  at: Position;
  pixels: Float32Array;
  parameters: Parameters;
  seen: Look;
}): VNode => {
  const { at, pixels, parameters, seen } = props;
  const { config } = usePage().run;
  const { kernelSize, positive, negative } = config;
  const { kernel, weight } = parameters;
  const place = indexOf(at, seen.side);
  const patch = patchAt(pixels, at.row, at.column, kernelSize);
  const products = patch.map((pixel, tap) => pixel * kernel[tap]!);
  const [convOut, reluOut, contribution] = [
    seen.convOut[place]!,
    seen.reluOut[place]!,
    seen.contributions[place]!,
  ];
  const index = `[${at.row}][${at.column}]`;
  return (
    <div class="place">
      <p class="place__result">
        {`The ${products.length === 1 ? 'product is' : `${products.length} products add up to`} `}
        <b>{`convOut${index} = ${size(convOut)}`}</b>
        {convOut > 0
          ? `: the ReLU is open and lets it through. Times weight ${size(weight[place]!)} it adds ${size(contribution)} to the logit, ${contribution > 0 ? `for ${positive}` : contribution < 0 ? `for ${negative}` : 'for neither'}.`
          : `: the ReLU is closed, reluOut is ${size(reluOut)}, and weight ${size(weight[place]!)} adds nothing.`}
      </p>
      <Fold summary={`One place, number by number: row ${at.row}, column ${at.column}`}>
        <p class="needs-scripts">
          Move the window with the arrow keys when the image has the focus, or point at a map.
        </p>
        <div class={kernelSize > 7 ? 'place__tables place__tables--wide' : 'place__tables'}>
          <NumberTable caption="Pixels under the window" rows={rowsOf(patch)} scale={scaleOf('ink', patch)} />
          <NumberTable caption="× kernel" rows={rowsOf(kernel)} scale={scaleOf('signed', kernel)} />
          <NumberTable caption="= products" rows={rowsOf(products)} scale={scaleOf('signed', products)} />
        </div>
      </Fold>
    </div>
  );
};
