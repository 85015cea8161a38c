// The words of the page that activates a line. What a decision says comes from the policy, what a problem says from the server.

import type { ActivateWords } from './words';

export const en: ActivateWords = {
  title: 'Activate the line',
  lead: 'Enter the code from a text message, and the line is ready. Activating it is not borrowing.',
  toHelp: 'Help centre',
  look: 'Looking at the link…',
  expires: (time: string) => `The link counts until ${time}, Beijing time.`,
  states: {
    valid: {
      title: 'Approved; it only has to be activated',
      text: 'The link works on one device. If this is the one, go on here. If you would rather use another, do not go on: open the link there first.',
    },
    used: { title: 'The link has been used', text: 'A link works once. If it was you, there is nothing left to do. If it was not, contact customer service at once: the line can be frozen.' },
    done: { title: 'The line is active', text: 'Choose it at the checkout. Limit, notices and days of repayment are under “My line”.' },
    'other-device': {
      title: 'The link is open on another device or in another window',
      text: 'To be safe, it goes on only where it was opened first. If you cannot get back there, have a new one sent under “My line”. If it was not you who opened it, contact customer service, and tell the code to nobody.',
    },
    expired: { title: 'The link has expired', text: 'The approval stays; you need not apply again. Have a new link sent under “My line”, and go on from there.' },
    replaced: { title: 'There is a newer link', text: 'Only the newest works. Open the message that came last; if you cannot find it, have another one sent under “My line”.' },
    withdrawn: { title: 'The line does not wait for this link any more', text: 'Our staff may have activated it for you, or it was closed. See under “My line” how it stands.' },
    behind: { title: 'The latest state has not come here yet', text: 'What you did counts; do not do it again. It usually takes a few seconds.' },
  },
  none: { title: 'Open the link in the message', text: 'This page is opened by the link in the text message. If you cannot find it, have a new one sent under “My line”.' },
  goOn: 'Go on on this device',
  opening: 'Opening…',
  lookAgain: 'Look again now',
  lookIn: (seconds: number) => `Looks again by itself in ${seconds} s.`,
  toLine: 'To “My line”',
  toCheckout: 'To the checkout',
  contact: 'Talk to a person',
  seeDecision: 'See the result',
  form: 'Confirm that it is you',
  phoneHelp: 'The number that you applied with. The code goes there.',
  codeHelp: 'The digits in the message. Our staff never ask for them; tell them to nobody.',
  submit: 'Activate',
  submitting: 'Activating…',
  again: 'You can try again; the approval stays.',
};
