import type { ComponentChildren, VNode } from 'preact';
import type { Finding } from '../findings.ts';
import { Status } from './status.tsx';

/** A section: one question of the reader, with the answer as its title. */
export const Section = (props: {
  id: string;
  question: string;
  finding?: Finding;
  title?: string;
  children: ComponentChildren;
}): VNode => (
  <section class="section" id={props.id} aria-labelledby={`${props.id}-title`}>
    <p class="question">
      {props.question}
      {props.finding && <Status status={props.finding.status} word={props.finding.word} />}
    </p>
    <h2 id={`${props.id}-title`}>{props.finding?.sentence ?? props.title}</h2>
    {props.children}
  </section>
);

/** Replaces sections whose JSON file is missing. */
export const Omitted = ({
  id,
  question,
  file,
  command,
}: Record<'id' | 'question' | 'file' | 'command', string>): VNode => (
  <section class="section section--omitted" id={id} aria-labelledby={`${id}-title`}>
    <h2 id={`${id}-title`} class="question">
      {question}
    </h2>
    <p>
      Not in this report: it needs <code>{file}</code>, which <code>{command}</code> writes.
    </p>
  </section>
);
