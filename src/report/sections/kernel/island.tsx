import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { rowsOf } from '../../../notebook/model/parameters.ts';
import { EpochSlider } from '../../parts/epochSlider.tsx';
import { Figure } from '../../parts/figure.tsx';
import { usePage } from '../../state.ts';
import { differencePlot, kernelPlot, largestChange } from './figure.ts';

/** A kernel row by row, for a table. */
export const kernelRows = (kernel: Float64Array): (string | number)[][] =>
  rowsOf(kernel).map((row, at) => [at, ...row.map((value) => value.toFixed(4))]);

/** The table's columns. */
export const kernelColumns = (side: number): { label: string }[] => [
  { label: 'Row' },
  ...Array.from({ length: side }, (_, column) => ({ label: `column ${column}` })),
];

/** The kernel at the page's epoch; at the last one it is the notebook's second figure. */
export const KernelIsland = (): VNode => {
  const { run, frame } = usePage();
  const now = run.frames[frame.value]!;
  const isTrained = now.epoch > 0 && frame.value === run.frames.length - 1;
  const side = run.config.kernelSize;
  const spec = useMemo(
    () =>
      kernelPlot(
        now.parameters.kernel,
        isTrained
          ? `Trained ${side}x${side} Convolutional Kernel`
          : now.epoch === 0
            ? 'Kernel before training'
            : `Kernel after epoch ${now.epoch}`,
      ),
    [now],
  );
  return (
    <>
      <EpochSlider id="kernel-epoch" />
      <Figure
        live
        square
        id="kernel-plot"
        label={`The kernel after epoch ${now.epoch}`}
        spec={spec}
        columns={kernelColumns(side)}
        rows={kernelRows(now.parameters.kernel)}
      >
        Row 0 is on top, as the notebook’s imshow draws it. Bright cells raise the output where the image has
        ink under them, dark ones lower it.
      </Figure>
    </>
  );
};

/** The kernel before training, and its change up to the page's epoch. */
export const KernelChangeIsland = (): VNode => {
  const { run, frame } = usePage();
  const start = run.frames[0]!;
  const now = run.frames[frame.value]!;
  const columns = kernelColumns(run.config.kernelSize);
  const first = useMemo(() => kernelPlot(start.parameters.kernel, 'Kernel before training'), [start]);
  const { spec, difference } = useMemo(() => {
    const difference = now.parameters.kernel.map((value, tap) => value - start.parameters.kernel[tap]!);
    return { spec: differencePlot(difference, largestChange(run), 'Change since the start'), difference };
  }, [now]);
  return (
    <div class="row">
      <Figure
        live
        square
        id="kernel-start"
        label="The kernel before training"
        spec={first}
        columns={columns}
        rows={kernelRows(start.parameters.kernel)}
      >
        As NumPy’s generator drew it.
      </Figure>
      <Figure
        live
        square
        id="kernel-change"
        label={`Change of the kernel up to epoch ${now.epoch}`}
        spec={spec}
        columns={columns}
        rows={kernelRows(difference)}
      >
        Blue fell, red rose; the scale is the same in every epoch.
      </Figure>
    </div>
  );
};
