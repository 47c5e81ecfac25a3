import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { IMAGE_SIDE } from '../../../notebook/data/images.ts';
import { percent } from '../../../system/text.ts';
import { scaleOf } from '../../parts/colors.ts';
import { Pixels, pointAt } from '../../parts/pixels.tsx';
import { keyMove, type Position } from '../../parts/window.tsx';
import { usePage } from '../../state.ts';
import { type Point, stroke } from './brush.ts';

const middleOf = ({ row, column }: Position): Point => ({ x: column + 0.5, y: row + 0.5 });

/**
 * The square to draw on, by mouse, pen, finger or keyboard. `say` announces changes that a screen reader's user cannot
 * see.
 */
export const Canvas = ({ erasing, say }: { erasing: boolean; say: (text: string) => void }): VNode => {
  const { drawn } = usePage();
  const [at, moveTo] = useState<Position>({ row: 4, column: 8 });
  const [focused, setFocused] = useState(false);
  /** Last point of the current stroke; null while no pointer is pressed. */
  const last = useRef<Point | null>(null);
  const keyIsDown = useRef(false);

  const isBlank = drawn.value.every((pixel) => pixel === 0);

  const draw = (from: Point, to: Point, erase: boolean): void => {
    drawn.value = stroke(drawn.value, from, to, erase);
  };
  const describe = ({ row, column }: Position, did = ''): void =>
    say(`Row ${row}, column ${column}: ${did}${percent(drawn.value[row * IMAGE_SIDE + column]!)} ink`);
  const onKeyDown = (event: KeyboardEvent): void => {
    const move = keyMove(event.key, at, IMAGE_SIDE);
    const isPaint = event.key === ' ';
    const isErase = event.key === 'Backspace' || event.key === 'Delete';
    if (event.ctrlKey || event.metaKey || event.altKey || !(move || isPaint || isErase)) return;
    event.preventDefault();
    if (isPaint) keyIsDown.current = true;
    const next = move ?? at;
    const erase = isErase || erasing || event.shiftKey;
    const acts = isPaint || isErase || keyIsDown.current;
    if (acts) draw(middleOf(at), middleOf(next), erase);
    moveTo(next);
    describe(next, acts ? (erase ? 'erased, ' : 'painted, ') : '');
  };
  const onPointer = (event: PointerEvent & { currentTarget: Element }): void => {
    const isStart = event.type === 'pointerdown';
    if (isStart ? event.button > 2 : last.current === null) return;
    const point = pointAt(event, event.currentTarget, IMAGE_SIDE);
    // The right button, the pen's eraser end and Shift erase, as in other drawing programs.
    const erase = erasing || event.shiftKey || (event.buttons & (2 | 32)) !== 0;
    draw(last.current ?? point, point, erase);
    last.current = point;
    if (isStart) event.currentTarget.setPointerCapture(event.pointerId);
  };
  const lift = (): void => {
    if (last.current) say('');
    last.current = null;
  };

  return (
    <div
      class={`canvas${erasing ? ' canvas--erasing' : ''}${isBlank ? ' canvas--blank' : ''}`}
      role="application"
      aria-roledescription="drawing"
      aria-label="Square of 16 by 16 pixels to draw a digit on"
      aria-describedby="draw-keys"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: an application is drawn on by keyboard
      tabIndex={0}
      onKeyDown={onKeyDown}
      onKeyUp={(event) => {
        if (event.key === ' ') keyIsDown.current = false;
      }}
      onFocus={() => {
        setFocused(true);
        describe(at);
      }}
      onBlur={() => {
        keyIsDown.current = false;
        setFocused(false);
      }}
      onPointerDown={onPointer}
      onPointerMove={onPointer}
      onPointerUp={lift}
      onPointerCancel={lift}
      onContextMenu={(event) => event.preventDefault()}
    >
      <Pixels
        id="draw-image"
        label="Your drawing"
        values={drawn.value}
        scale={scaleOf('ink', drawn.value)}
        mark={focused ? { ...at, size: 1 } : undefined}
      />
    </div>
  );
};
