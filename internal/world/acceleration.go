package world

// Acceleration is whether a bucket is reached by Transfer Acceleration.
type Acceleration string

// The states of acceleration (S3 API Reference, "AccelerateConfiguration").
const (
	AccelerationEnabled   Acceleration = "Enabled"
	AccelerationSuspended Acceleration = "Suspended"
)

// Known says that S3 has the state.
func (a Acceleration) Known() bool { return a == AccelerationEnabled || a == AccelerationSuspended }
