// Package window is the login window: our pages before and after PagerDuty's.
package window
