package s3err

import (
	"slices"
	"testing"
)

// ofLayers are the codes of which the decisions, the signature or a fault rule say why.
var ofLayers = []Code{
	AccessDenied, InvalidAccessKeyID, SignatureDoesNotMatch, RequestTimeTooSkewed, ExpiredToken, InvalidToken,
	TokenRefreshRequired, AuthorizationHeaderMalformed, AuthorizationQueryParametersError, InvalidSecurity,
	CredentialsNotSupported, MalformedPolicy, AllAccessDisabled,
	InvalidPayer, AccountProblem, NotSignedUp, UnauthorizedAccessError, PermanentRedirect, TemporaryRedirect, SlowDown,
	ServiceUnavailable, InternalError, RequestTimeout,
}

// Every code has something that decides it, or a layer that does.
func TestEveryCodeIsDecided(t *testing.T) {
	for _, code := range Codes() {
		byLayer := slices.Contains(ofLayers, code)
		if decided := code.Decides() != ""; decided == byLayer {
			t.Errorf("%s: decided by the operation: %v, by a layer: %v", code, decided, byLayer)
		}
	}
}
