import type { VNode } from 'preact';
import { backwardMistakes, type MistakeName, mistakesFor } from '../../../notebook/model/mistakes.ts';
import type { Config } from '../../../results/shared.ts';
import {
  epochRange,
  type LiveSettings,
  learningRateAt,
  learningRateRange,
  positionOf,
  type Range,
  seedRange,
} from './settings.ts';

const Slider = (props: {
  id: string;
  label: string;
  range: Range;
  value: number;
  shown: number;
  onChange: (value: number) => void;
}): VNode => (
  <div class="live__slider">
    <label for={props.id}>{props.label}</label>
    <output for={props.id}>{props.shown}</output>
    <input
      id={props.id}
      type="range"
      min={props.range.min}
      max={props.range.max}
      value={props.value}
      aria-valuetext={String(props.shown)}
      onInput={(event) => props.onChange(Number(event.currentTarget.value))}
    />
  </div>
);

/** The settings that a reader can change, and a description of the planted mistake. */
export const LiveControls = ({
  config,
  settings,
  onChange,
}: {
  config: Config;
  settings: LiveSettings;
  onChange: (settings: LiveSettings) => void;
}): VNode => {
  const { kernelSize } = config;
  const { mistake } = settings;
  return (
    <div class="live__controls">
      <Slider
        id="live-seed"
        label="Seed"
        range={seedRange(config)}
        value={settings.seed}
        shown={settings.seed}
        onChange={(seed) => onChange({ ...settings, seed })}
      />
      <Slider
        id="live-learning-rate"
        label="Learning rate"
        range={learningRateRange(config)}
        value={positionOf(settings.learningRate)}
        shown={settings.learningRate}
        onChange={(position) => onChange({ ...settings, learningRate: learningRateAt(position, config) })}
      />
      <Slider
        id="live-epochs"
        label="Epochs"
        range={epochRange(config)}
        value={settings.epochs}
        shown={settings.epochs}
        onChange={(epochs) => onChange({ ...settings, epochs })}
      />
      <div class="live__slider">
        <label for="live-mistake">Planted mistake</label>
        <select
          id="live-mistake"
          aria-describedby="live-what"
          value={mistake ?? ''}
          onChange={(event) =>
            onChange({ ...settings, mistake: (event.currentTarget.value || null) as MistakeName | null })
          }
        >
          <option value="">none</option>
          {mistakesFor(kernelSize).map((name) => (
            <option value={name}>{backwardMistakes[name].name}</option>
          ))}
        </select>
        <p id="live-what" class="live__what">
          {mistake === null
            ? 'Nothing is planted: the gradient is right.'
            : backwardMistakes[mistake].what(kernelSize)}
        </p>
      </div>
    </div>
  );
};
