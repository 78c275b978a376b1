package shell

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/world"
)

// Client is a caller's program, which is pointed at where its credentials are.
type Client struct {
	Name    string // of the caller, in the scenario file
	Caller  emulator.Caller
	S3fault string // the path of s3fault, which a profile names as credential_process
}

// keyless are the variables by which a program would find other keys than those of its
// door, in the order of the SDKs.
var keyless = []string{
	"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CREDENTIAL_EXPIRATION",
	"AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME", endpointOfSTS,
	"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", fullURI, containerToken, containerTokenFile,
	"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", metadataEndpoint,
}

const (
	// The SDK for Go looks at no AWS_ENDPOINT_URL where it exchanges a token (config 1.29.14).
	endpointOfSTS      = "AWS_ENDPOINT_URL_STS"
	fullURI            = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
	containerToken     = "AWS_CONTAINER_AUTHORIZATION_TOKEN"
	containerTokenFile = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
	metadataEndpoint   = "AWS_EC2_METADATA_SERVICE_ENDPOINT"
	metadataDisabled   = "AWS_EC2_METADATA_DISABLED"
	metadataV1Disabled = "AWS_EC2_METADATA_V1_DISABLED"
	configFile         = "AWS_CONFIG_FILE"
	credentialsFile    = "AWS_SHARED_CREDENTIALS_FILE"
)

// Into is the settings of the world at sc, of which the control plane is at admin, over them
// those of the program's credentials, and over both what is about proxies, behind which no
// endpoint counts, that of STS neither. A program on an instance has the bare address of its
// metadata as the world's. Errors: the profile or the token's file cannot be written.
func (p Client) Into(sc *emulator.Scenario, admin string, proxies func(*emulator.Scenario) []Setting) (
	*emulator.Scenario, []Setting, error,
) {
	own, err := p.credentials(sc)
	if err != nil {
		return nil, nil, err
	}
	if at := p.Caller.MetadataEndpoint; at != "" {
		own = append(own, set("S3FAULT_ENDPOINT", sc.Endpoint)) // of which the control plane knows the name
		if strings.HasPrefix(sc.Endpoint, "https://") {
			at = strings.Replace(at, "http://", "https://", 1) // for S3, not for the metadata
		}
		there := *sc
		there.Endpoint, sc = at, &there
	}
	return sc, over(over(World(sc, admin), own), proxies(sc)), nil
}

// credentials is where the program's come from.
func (p Client) credentials(sc *emulator.Scenario) ([]Setting, error) {
	c := p.Caller
	without := append(unset(keyless...), set(configFile, os.DevNull), set(credentialsFile, os.DevNull))
	switch world.Door(c.From) {
	case world.FromContainer:
		return over(without, []Setting{set(fullURI, c.CredentialsURI), set(containerToken, c.AuthorizationToken)}), nil
	case world.FromInstance:
		// botocore 1.29 puts no slash between it and the path.
		there := append(unset(metadataDisabled, metadataV1Disabled), set(metadataEndpoint, c.MetadataEndpoint+"/"))
		return over(without, there), nil
	case world.FromWebIdentity:
		own, err := p.webIdentity(sc)
		own = append(own, set(endpointOfSTS, sc.Endpoint))
		return over(without, own), err
	case world.FromProcess:
		file, err := p.profile()
		return over(without, []Setting{set(configFile, file)}), err
	}
	return Caller(c), nil
}

// over is the settings, with those of the same name replaced.
func over(settings, by []Setting) []Setting {
	left := slices.DeleteFunc(slices.Clone(settings), func(s Setting) bool {
		return slices.ContainsFunc(by, func(b Setting) bool { return b.Name == s.Name })
	})
	return append(left, by...)
}

// profile writes a config file whose default profile runs s3fault, in a folder of its own
// that is the same for the same program, and is its path. SDKs read credential_process
// from a config file alone. It has no secrets, and the world is found as by every
// s3fault in that environment.
func (p Client) profile() (string, error) {
	text := "[default]\ncredential_process = " + p.command() + "\n"
	base, err := os.UserCacheDir()
	if err != nil {
		base = os.TempDir()
	}
	sum := sha256.Sum256([]byte(text))
	path := filepath.Join(base, "s3fault", "profiles", hex.EncodeToString(sum[:8]), "config")
	if err := put(path, []byte(text)); err != nil {
		return "", fmt.Errorf("the profile with credential_process: %w", err)
	}
	return path, nil
}

func (p Client) command() string {
	return argument(p.S3fault, runtime.GOOS) + " credentials --as " + argument(p.Name, runtime.GOOS)
}

// plainArgument needs no quotes anywhere.
var plainArgument = regexp.MustCompile(`^[A-Za-z0-9_./:@%+=,-]+$`)

// argument is one of a command that a shell splits in Go and JavaScript, and botocore by
// the shell's rules: on Windows double quotes alone group.
func argument(text, system string) string {
	switch {
	case system == "windows" && strings.ContainsAny(text, " &()^;,="):
		return `"` + text + `"`
	case system == "windows", plainArgument.MatchString(text):
		return text
	}
	return cause.Quote(text)
}
