/** Publishes the substitutes in a test runner, before the modules in dist/substitutes/ that export them. */
import * as float64 from 'backproof/float64';
import { publish, substitutesOf } from './substitutes.ts';

publish(substitutesOf(float64));
