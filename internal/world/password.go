package world

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// LoginProfile is a user's password for the console, which s3fault has not: what is kept is
// that there is one.
type LoginProfile struct {
	Created       time.Time
	ResetRequired bool // the user must set another at the next sign-in
}

// PasswordPolicy is what an account wants of its users' passwords (IAM API Reference,
// "UpdateAccountPasswordPolicy").
type PasswordPolicy struct {
	MinimumLength                          int // characters, 6 to 128
	Symbols, Numbers, Uppercase, Lowercase bool
	AllowChange                            bool // users may change their own
	HardExpiry                             bool // who is late cannot set another alone
	MaxAge                                 int  // days, 1 to 1,095; 0: for ever
	ReusePrevention                        int  // of that many earlier ones, 1 to 24; 0: of none
}

// The bounds of a password policy.
const (
	LeastPasswordLength, MostPasswordLength = 6, 128
	MostPasswordAge                         = 1095
	MostPasswordReuse                       = 24
)

// passwordSymbols are the characters that count as symbols.
const passwordSymbols = "!@#$%^&*()_+-=[]{}|'"

// shortest is the length that an account wants without a policy.
const shortest = 8

// Refuses is why the policy does not take a password; empty: it does. Without a policy a
// password has three kinds of characters (IAM User Guide, "Set an account password policy
// for IAM users"). The words are [unsure].
func (p *PasswordPolicy) Refuses(password string) string {
	upper := strings.ContainsFunc(password, unicode.IsUpper)
	lower := strings.ContainsFunc(password, unicode.IsLower)
	digits := strings.ContainsFunc(password, unicode.IsDigit)
	symbols := strings.ContainsAny(password, passwordSymbols)
	if p == nil {
		return withoutPolicy(password, upper, lower, digits, symbols)
	}
	switch {
	case utf8.RuneCountInString(password) < p.MinimumLength:
		return "Password does not conform to the account password policy."
	case p.Uppercase && !upper:
		return "Password should have at least one uppercase letter"
	case p.Lowercase && !lower:
		return "Password should have at least one lowercase letter"
	case p.Numbers && !digits:
		return "Password should have at least one number"
	case p.Symbols && !symbols:
		return "Password should have at least one of the following symbols: ! @ # $ % ^ & * ( ) _ + - = [ ] { } | '"
	}
	return ""
}

func withoutPolicy(password string, has ...bool) string {
	kinds := 0
	for _, one := range has {
		if one {
			kinds++
		}
	}
	if utf8.RuneCountInString(password) < shortest || kinds < 3 {
		return "Password does not conform to the account password policy."
	}
	return ""
}
