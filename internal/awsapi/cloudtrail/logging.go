package cloudtrail

import (
	"time"

	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

func startLogging(c *awsapi.Call, in *nameInput) (*awsapi.Nothing, error) {
	return logs(c, in, func(t *world.Trail) {
		if !t.Logging {
			t.Logging, t.Started = true, c.Now.UTC()
		}
	})
}

func stopLogging(c *awsapi.Call, in *nameInput) (*awsapi.Nothing, error) {
	return logs(c, in, func(t *world.Trail) {
		if t.Logging {
			t.Logging, t.Stopped = false, c.Now.UTC()
		}
	})
}

func logs(c *awsapi.Call, in *nameInput, edit func(*world.Trail)) (*awsapi.Nothing, error) {
	t, err := named(c, in.Name)
	if err != nil {
		return nil, err
	}
	return &awsapi.Nothing{}, change(c, t, edit)
}

type trailStatus struct {
	IsLogging                 bool
	LatestDeliveryError       string   `json:",omitempty"`
	LatestDeliveryTime        *float64 `json:",omitempty"`
	LatestDeliveryAttemptTime string
	StartLoggingTime          *float64 `json:",omitempty"`
	StopLoggingTime           *float64 `json:",omitempty"`
	TimeLoggingStarted        string
	TimeLoggingStopped        string
}

func getTrailStatus(c *awsapi.Call, in *nameInput) (*trailStatus, error) {
	t, err := named(c, in.Name)
	if err != nil {
		return nil, err
	}
	d := c.Events.Delivery(t.Name)
	return &trailStatus{
		IsLogging: t.Logging, LatestDeliveryError: d.Error, LatestDeliveryTime: epoch(d.Delivered),
		LatestDeliveryAttemptTime: text(d.Attempted), StartLoggingTime: epoch(t.Started), StopLoggingTime: epoch(t.Stopped),
		TimeLoggingStarted: text(t.Started), TimeLoggingStopped: text(t.Stopped),
	}, nil
}

// epoch and text are a time in the status; a zero one is absent.
func epoch(t time.Time) *float64 {
	if t.IsZero() {
		return nil
	}
	seconds := awsapi.Epoch(t)
	return &seconds
}

func text(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return awsapi.ISO(t)
}
