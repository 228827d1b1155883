#!/usr/bin/env node
"use strict";
const { build, failBuild } = require("./build.js");

// In this very process, so that a signal sent to it reaches the server.
build().then(() => require("../dist/main.js"), failBuild);
