"""An administrator who follows HPE's post by hand, as most tenants were set up; all by HTTP, as the portal and curl."""
