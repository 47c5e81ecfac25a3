import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { environmentFailure, usageFailure } from './errors.ts';

/** A Chromium-like browser: its path, and how it was found, for printing. */
export type FoundBrowser = { path: string; how: string };

type Environment = Readonly<Record<string, string | undefined>>;

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const onPath = (env: Environment): string[] =>
  (env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .flatMap((folder) =>
      [
        'google-chrome',
        'google-chrome-stable',
        'chromium',
        'chromium-browser',
        'microsoft-edge',
        'microsoft-edge-stable',
      ].map((name) => join(folder, name)),
    );

const onMac = (env: Environment): string[] =>
  ['/Applications', join(env.HOME ?? '/', 'Applications')].flatMap((folder) =>
    ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
      (name) => `${folder}/${name}.app/Contents/MacOS/${name}`,
    ),
  );

const onWindows = (env: Environment): string[] =>
  [env.ProgramFiles, env['ProgramFiles(x86)'], env.LocalAppData, env.LOCALAPPDATA].flatMap((folder) =>
    folder
      ? [
          `${folder}\\Google\\Chrome\\Application\\chrome.exe`,
          `${folder}\\Chromium\\Application\\chrome.exe`,
          `${folder}\\Microsoft\\Edge\\Application\\msedge.exe`,
        ]
      : [],
  );

/** The places where Chrome, Chromium and Edge are installed, in order of preference. */
export const usualPlaces = (platform: NodeJS.Platform, env: Environment): string[] => {
  if (platform === 'win32') return onWindows(env);
  if (platform === 'darwin') return [...onMac(env), ...onPath(env)];
  return [...onPath(env), '/usr/bin/chromium', '/opt/google/chrome/chrome', '/snap/bin/chromium'];
};

/** Playwright's own download, if playwright-core, an optional peer, is installed and has downloaded one. */
const playwrightPath = async (): Promise<string | null> => {
  try {
    const { chromium } = await import('playwright-core');
    return chromium.executablePath();
  } catch {
    return null;
  }
};

/**
 * A browser for the tests, `doctor`, and pictures: BACKPROOF_BROWSER, else an installed Chrome, Chromium or Edge, else
 * Playwright's download.
 * @returns null if there is none
 * @throws Failure (usage) if BACKPROOF_BROWSER is not a program
 */
export const findBrowser = async (
  env: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
): Promise<FoundBrowser | null> => {
  const named = env.BACKPROOF_BROWSER;
  if (named && !isProgram(named))
    throw usageFailure(
      `BACKPROOF_BROWSER: expected a browser's program, got ${named}, which cannot be run; correct it or unset it`,
    );
  if (named) return { path: named, how: 'BACKPROOF_BROWSER' };
  const installed = usualPlaces(platform, env).find(isProgram);
  if (installed) return { path: installed, how: 'installed' };
  const downloaded = await playwrightPath();
  return downloaded && isProgram(downloaded) ? { path: downloaded, how: "Playwright's download" } : null;
};

/**
 * Unless these two features are disabled, every window loads two hidden pages for the address bar's suggestions, which
 * cost more than a page of ours. The switch replaces Playwright's own, which disables features that use the network;
 * our pages use none.
 */
export const QUICK_START = ['--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup'] as const;

/**
 * Starts the browser headless.
 *
 * @param option the setting that asked for it, for messages
 * @throws Failure (environment) if there is no browser, or playwright-core, an optional peer, is not installed
 */
export async function launchBrowser(option: string, args: readonly string[] = []): Promise<Browser> {
  const found = await findBrowser();
  if (!found) {
    throw environmentFailure(
      `${option}: expected Chrome, Chromium or Edge, got none; install one, or name one by BACKPROOF_BROWSER`,
    );
  }
  let playwright: typeof import('playwright-core');
  try {
    playwright = await import('playwright-core');
  } catch {
    throw environmentFailure(
      `${option}: expected playwright-core, which drives the browser, got no such package; ` +
        'npm install --save-dev playwright-core',
    );
  }
  // A browser running as root refuses its own sandbox.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return playwright.chromium.launch({
    executablePath: found.path,
    args: [...asRoot, ...QUICK_START, ...args],
  });
}
