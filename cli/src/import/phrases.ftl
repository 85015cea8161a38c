# Sentences around the reasons. Nothing of them comes from the file; say it in your words.
likely-headline = The score is probably enough.
likely-detail = Whatever is not given yet does not change that.
cannot-tell-headline = It cannot be said yet.
cannot-tell-detail = It depends on what is not given yet.
would-fail-headline = The score is not enough.
would-fail-detail = Nothing that is not given yet would change that.
approve-headline = The score is enough.
approve-detail = It reaches the cutoff of the scorecard.
refer-headline = A person looks at it.
refer-detail = The scorecard gives a score; what follows from it, a person says.
retry-later-headline = Please try again later.
retry-later-detail = Something that is needed did not answer.
decline-headline = The score is not enough.
decline-detail = It is below the cutoff of the scorecard; what cost the most points is listed below.
pre-check-note = This is an estimate, no decision, and leaves no trace.
decision-note = The scorecard was imported; its texts are still to be written.
