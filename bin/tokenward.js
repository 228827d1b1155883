#!/usr/bin/env node
"use strict";
// The libraries' own checks of how they are used cost a tenth of every request.
process.env.NODE_ENV ??= "production";
const { build, failBuild } = require("./build.js");

// In this very process, so that a signal sent to it reaches the server.
build().then(() => require("../dist/main.js"), failBuild);
