package iam

import (
	"cmp"

	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

// The parameters and answers of the calls about passwords for the console.
type (
	loginProfile struct {
		UserName              string `xml:",omitempty"`
		CreateDate            string
		PasswordResetRequired bool
	}
	loginOutput      struct{ LoginProfile loginProfile }
	createLoginInput struct {
		UserName              string
		Password              string `aws:",required"`
		PasswordResetRequired bool
	}
	updateLoginInput struct {
		userName
		Password              string
		PasswordResetRequired *bool
	}
	loginInput struct{ UserName string }
)

func (in createLoginInput) user() string { return in.UserName }
func (in loginInput) user() string       { return in.UserName }

func describeLogin(name string, p *world.LoginProfile) *loginOutput {
	return &loginOutput{loginProfile{name, awsapi.ISO(p.Created), p.ResetRequired}}
}

func noLogin(name string) error {
	return noSuchEntity("Login Profile for User %s cannot be found.", name)
}

// obeyed refuses a password that the account's policy does not take.
func obeyed(a *world.Account, password string) error {
	if wrong := a.PasswordPolicy.Refuses(password); wrong != "" {
		return awsapi.Refuse("PasswordPolicyViolation", "%s", wrong)
	}
	return nil
}

// createLogin gives a user a password. The root user's is none that a call makes.
func createLogin(c *awsapi.Call, in *createLoginInput) (*loginOutput, error) {
	name, err := existingUser(c, in.UserName)
	if err != nil {
		return nil, err
	}
	p := &world.LoginProfile{Created: c.Now, ResetRequired: in.PasswordResetRequired}
	err = edit(c, &userName{name}, func(a *world.Account, _ *identity) error {
		u := a.Users[name]
		if u.LoginProfile != nil {
			return alreadyExists("Login Profile for User %s already exists.", name)
		}
		u.LoginProfile = p
		return obeyed(a, in.Password)
	})
	return describeLogin(name, p), err
}

// login is a user's password for the console, as it was asked for.
func login(c *awsapi.Call, user string) (name string, p *world.LoginProfile, err error) {
	name, err = existingUser(c, user)
	switch {
	case err != nil:
		return "", nil, err
	case name == "" || account(c).Users[name].LoginProfile == nil:
		return "", nil, noLogin(name)
	}
	return name, account(c).Users[name].LoginProfile, nil
}

func getLogin(c *awsapi.Call, in *loginInput) (*loginOutput, error) {
	name, p, err := login(c, in.UserName)
	if err != nil {
		return nil, err
	}
	return describeLogin(name, p), nil
}

func updateLogin(c *awsapi.Call, in *updateLoginInput) (*awsapi.Nothing, error) {
	_, had, err := login(c, in.UserName)
	if err != nil {
		return nil, err
	}
	p := *had
	err = edit(c, &in.userName, func(a *world.Account, _ *identity) error {
		if in.PasswordResetRequired != nil {
			p.ResetRequired = *in.PasswordResetRequired
		}
		a.Users[in.UserName].LoginProfile = &p
		if in.Password == "" {
			return nil
		}
		return obeyed(a, in.Password)
	})
	return &awsapi.Nothing{}, err
}

func deleteLogin(c *awsapi.Call, in *loginInput) (*awsapi.Nothing, error) {
	name, _, err := login(c, in.UserName)
	if err != nil {
		return nil, err
	}
	err = edit(c, &userName{name}, func(a *world.Account, _ *identity) error {
		a.Users[name].LoginProfile = nil
		return nil
	})
	return &awsapi.Nothing{}, err
}

// passwordPolicy is a password policy as IAM has it.
type passwordPolicy struct {
	MinimumPasswordLength      int
	RequireSymbols             bool
	RequireNumbers             bool
	RequireUppercaseCharacters bool
	RequireLowercaseCharacters bool
	AllowUsersToChangePassword bool
	ExpirePasswords            bool
	MaxPasswordAge             int  `xml:",omitempty"`
	PasswordReusePrevention    int  `xml:",omitempty"`
	HardExpiry                 bool `xml:",omitempty"`
}

type passwordPolicyOutput struct{ PasswordPolicy passwordPolicy }

type updatePasswordPolicyInput struct {
	MinimumPasswordLength      *int32
	RequireSymbols             bool
	RequireNumbers             bool
	RequireUppercaseCharacters bool
	RequireLowercaseCharacters bool
	AllowUsersToChangePassword bool
	MaxPasswordAge             *int32
	PasswordReusePrevention    *int32
	HardExpiry                 bool
}

func noPasswordPolicy(c *awsapi.Call) error {
	return noSuchEntity("The Password Policy with domain name %s cannot be found.", c.CallerAccount())
}

func getPasswordPolicy(c *awsapi.Call, _ *awsapi.Nothing) (*passwordPolicyOutput, error) {
	p := account(c).PasswordPolicy
	if p == nil {
		return nil, noPasswordPolicy(c)
	}
	return &passwordPolicyOutput{passwordPolicy{
		p.MinimumLength, p.Symbols, p.Numbers, p.Uppercase, p.Lowercase, p.AllowChange, p.MaxAge > 0,
		p.MaxAge, p.ReusePrevention, p.HardExpiry,
	}}, nil
}

// updatePasswordPolicy makes the policy anew: what is not given has its default.
func updatePasswordPolicy(c *awsapi.Call, in *updatePasswordPolicyInput) (*awsapi.Nothing, error) {
	p := &world.PasswordPolicy{
		Symbols: in.RequireSymbols, Numbers: in.RequireNumbers, Uppercase: in.RequireUppercaseCharacters,
		Lowercase: in.RequireLowercaseCharacters, AllowChange: in.AllowUsersToChangePassword, HardExpiry: in.HardExpiry,
		MinimumLength: world.LeastPasswordLength,
	}
	if err := cmp.Or(
		bounded(c, "MinimumPasswordLength", in.MinimumPasswordLength, world.LeastPasswordLength,
			world.MostPasswordLength, &p.MinimumLength),
		bounded(c, "MaxPasswordAge", in.MaxPasswordAge, 1, world.MostPasswordAge, &p.MaxAge),
		bounded(c, "PasswordReusePrevention", in.PasswordReusePrevention, 1, world.MostPasswordReuse, &p.ReusePrevention),
	); err != nil {
		return nil, err
	}
	return putPasswordPolicy(c, p)
}

// bounded reads a number that was given, or refuses it.
func bounded(c *awsapi.Call, name string, given *int32, least, most int, into *int) error {
	if given == nil {
		return nil
	}
	*into = int(*given)
	switch {
	case *into < least:
		return c.Invalid(name, *given, "Member must have value greater than or equal to "+decimal(least))
	case *into > most:
		return c.Invalid(name, *given, "Member must have value less than or equal to "+decimal(most))
	}
	return nil
}

func putPasswordPolicy(c *awsapi.Call, p *world.PasswordPolicy) (*awsapi.Nothing, error) {
	err := c.Change(func(s *world.State) (*world.State, error) {
		a := *s.Account(c.CallerAccount())
		a.PasswordPolicy = p
		return sealed(s.WithAccount(&a))
	})
	return &awsapi.Nothing{}, err
}

func deletePasswordPolicy(c *awsapi.Call, _ *awsapi.Nothing) (*awsapi.Nothing, error) {
	if account(c).PasswordPolicy == nil {
		return nil, noPasswordPolicy(c)
	}
	return putPasswordPolicy(c, nil)
}
