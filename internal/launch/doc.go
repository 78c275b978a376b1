// Package launch runs programs that are not ours in worlds of their own: a server in this
// process, a private world on a port of its own, a child pointed at it and away from the real
// AWS, and what is there to be told of it when it has ended.
package launch
