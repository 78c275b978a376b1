package s3fault

import (
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"strings"
)

// Env is this process's environment, pointed at the world: exec.Cmd's Env for a program
// that is to run with the named caller's credentials. It has what `s3fault env` says,
// where there is the program to say it, else the caller's keys.
func (w *World) Env(caller string) []string {
	w.t.Helper()
	settings := w.settings(caller)
	if told := w.told(caller); told != nil {
		for _, name := range []string{"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "S3FAULT_ENDPOINT"} {
			if strings.HasPrefix(told[name], "http:") { // at the server's port; the world may have its own
				told[name] = settings[name]
			}
		}
		settings = told
	}
	var env []string
	for _, setting := range os.Environ() {
		name := strings.SplitN(setting, "=", 2)[0]
		if _, ours := settings[name]; !ours && !strings.HasPrefix(strings.ToUpper(name), "AWS_") {
			env = append(env, setting)
		}
	}
	for name, value := range settings {
		env = append(env, name+"="+value)
	}
	return env
}

// told is what `s3fault env` says; nil: it says nothing.
func (w *World) told(caller string) (settings map[string]string) {
	path, err := program()
	if err != nil {
		return nil
	}
	cmd := exec.Command(path, "env", "--format", "json", "--scenario", w.ID, "--as", caller)
	cmd.Env = w.server.environ()
	text, err := cmd.Output()
	if err != nil || json.Unmarshal(text, &settings) != nil {
		return nil
	}
	return settings
}

// settings points programs at the world with the caller's keys.
func (w *World) settings(caller string) map[string]string {
	w.t.Helper()
	c := w.Credentials(caller)
	direct := "127.0.0.1,localhost,::1"
	if at, err := url.Parse(w.Endpoint); err == nil {
		direct = at.Hostname() + "," + direct
	}
	for _, name := range []string{"NO_PROXY", "no_proxy"} {
		if before := os.Getenv(name); before != "" {
			direct = before + "," + direct
			break
		}
	}
	settings := map[string]string{
		"AWS_ENDPOINT_URL": w.Endpoint, "AWS_ENDPOINT_URL_S3": w.Endpoint,
		"AWS_REGION": w.Region, "AWS_DEFAULT_REGION": w.Region,
		"AWS_ACCESS_KEY_ID": c.AccessKeyID, "AWS_SECRET_ACCESS_KEY": c.SecretAccessKey,
		"AWS_EC2_METADATA_DISABLED": "true", "NO_PROXY": direct, "no_proxy": direct,
		"S3FAULT_ENDPOINT": w.Endpoint, "S3FAULT_ADMIN": w.server.control,
	}
	if c.SessionToken != "" {
		settings["AWS_SESSION_TOKEN"] = c.SessionToken
	}
	return settings
}

// environ is the environment in which the program's commands find the server.
func (s *Server) environ() []string {
	return append(os.Environ(), "S3FAULT_ENDPOINT="+s.Endpoint, "S3FAULT_ADMIN="+s.control, "NO_COLOR=1")
}
