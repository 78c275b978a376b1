package build

import (
	"time"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

// loginProfile is a user's password for the console.
var loginProfile = facts.Within("login_profile", facts.New("login profile",
	facts.Field("reset_required", facts.Boolean, func(p *world.LoginProfile) *bool { return &p.ResetRequired }).
		Says("whether the user must set another password at the next sign-in", "false"),
	facts.Field("created", facts.Instant, func(p *world.LoginProfile) *time.Time { return &p.Created }).
		Says("when the password was made", "at loading"),
), func(u *userIn, _ *tree.Node) *world.LoginProfile {
	u.LoginProfile = &world.LoginProfile{Created: u.in.world.now()}
	return u.LoginProfile
}, func(u *userIn) (*world.LoginProfile, bool) { return u.LoginProfile, u.LoginProfile != nil }).
	Says("that the user has a password for the console, which s3fault has not")

// passwordPolicyOf is what the account wants of its users' passwords.
var passwordPolicyOf = facts.Within("password_policy", passwordPolicy,
	func(a *accountIn, _ *tree.Node) *world.PasswordPolicy {
		a.PasswordPolicy = &world.PasswordPolicy{MinimumLength: world.LeastPasswordLength}
		return a.PasswordPolicy
	}, func(a *accountIn) (*world.PasswordPolicy, bool) { return a.PasswordPolicy, a.PasswordPolicy != nil }).
	Says("what the account wants of its users' passwords for the console")

var passwordPolicy = facts.New("password policy",
	facts.Field("minimum_length", within(world.LeastPasswordLength, world.MostPasswordLength),
		func(p *world.PasswordPolicy) *int { return &p.MinimumLength }).
		Says("the fewest characters, 6 to 128", "6"),
	facts.Field("symbols", facts.Boolean, func(p *world.PasswordPolicy) *bool { return &p.Symbols }).
		Says("whether a password has a symbol", "false"),
	facts.Field("numbers", facts.Boolean, func(p *world.PasswordPolicy) *bool { return &p.Numbers }).
		Says("whether a password has a digit", "false"),
	facts.Field("uppercase", facts.Boolean, func(p *world.PasswordPolicy) *bool { return &p.Uppercase }).
		Says("whether a password has an upper-case letter", "false"),
	facts.Field("lowercase", facts.Boolean, func(p *world.PasswordPolicy) *bool { return &p.Lowercase }).
		Says("whether a password has a lower-case letter", "false"),
	facts.Field("allow_change", facts.Boolean, func(p *world.PasswordPolicy) *bool { return &p.AllowChange }).
		Says("whether users may change their own password", "false"),
	facts.Field("hard_expiry", facts.Boolean, func(p *world.PasswordPolicy) *bool { return &p.HardExpiry }).
		Says("whether a user whose password is too old cannot set another", "false"),
	facts.Field("max_age", within(0, world.MostPasswordAge), func(p *world.PasswordPolicy) *int { return &p.MaxAge }).
		Says("after how many days a password is too old, 1 to 1095", "never"),
	facts.Field("reuse_prevention", within(0, world.MostPasswordReuse),
		func(p *world.PasswordPolicy) *int { return &p.ReusePrevention }).
		Says("how many earlier passwords cannot be set again, 1 to 24", "none"),
)

// within is a number between two others.
func within(least, most int) facts.Kind[int] {
	return facts.Checked(facts.Number, func(i int, n *tree.Node) error {
		if i < least || i > most {
			return tree.Fail(n, "a number from %d to %d is wanted, not %d", least, most, i)
		}
		return nil
	})
}
