// The look of `<credit-precheck>`, which a page changes by custom properties and parts. Light or dark is as the page has it.

const CSS = `
:host { display: grid; gap: var(--precheck-gap, 1rem); font: inherit; color: inherit; }
:host([hidden]) { display: none; }
form, [part='verdict'] { display: grid; gap: var(--precheck-gap, 1rem); align-content: start; }
[part='row'] { display: grid; gap: 0.25rem; }
[part='label'] { font-weight: 600; }
[part='control'] {
  box-sizing: border-box; width: 100%; min-height: 2.75rem; padding: 0.5rem 0.75rem; font: inherit; color: inherit;
  background: var(--precheck-surface, Canvas); border: 1px solid var(--precheck-border, #767676);
  border-radius: var(--precheck-radius, 0.375rem);
}
[part='control']:focus-visible, [part='offer']:focus-visible { outline: 3px solid var(--precheck-accent, #c8102e); outline-offset: 1px; }
[part='control'][aria-invalid='true'] { border-color: var(--precheck-error, light-dark(#b00020, #ff8a80)); }
[part='hint'] { margin: 0; color: var(--precheck-error, light-dark(#b00020, #ff8a80)); }
[part='hint']:empty { display: none; }
[part='offer'] { min-height: 1.75rem; margin-inline-start: 0.5rem; font: inherit; }
[part='verdict'] {
  padding: var(--precheck-gap, 1rem); gap: 0.5rem; border: 1px solid var(--precheck-border, #767676);
  border-radius: var(--precheck-radius, 0.375rem); border-inline-start: 0.375rem solid var(--precheck-accent, #c8102e);
}
[part='verdict'] :is(h3, h4, p, ul) { margin: 0; }
[part='verdict'] ul { display: grid; gap: 0.5rem; padding-inline-start: 1.25rem; }
[part='note'] { color: var(--precheck-muted, inherit); }
`;

let sheet;

/** Gives a root the look. A sheet of its own where there are such: policies of pages forbid what stands in the document. */
export function styles(root) {
  if ('adoptedStyleSheets' in root && 'replaceSync' in CSSStyleSheet.prototype) {
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(CSS);
    }
    root.adoptedStyleSheets = [sheet];
  } else if (!root.querySelector('style')) {
    const style = document.createElement('style');
    style.textContent = CSS;
    root.append(style);
  }
}
