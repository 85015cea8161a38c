// The front page leads to the checkout, in the language that the address asks for.

location.replace(`/checkout/${location.search}`);
