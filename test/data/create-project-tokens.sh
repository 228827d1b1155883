#!/bin/bash

export CODACY_API_TOKEN="<your account API token>"

repositories=$(curl -sX GET "https://app.codacy.com/api/v3/organizations/gh/codacy-docs/repositories" \
                    -H "api-token: $CODACY_API_TOKEN" \
               | jq -r ".data[] | .name")

count=$(echo "$repositories" | wc -l)
read -p "Create project tokens for $count repositories? (y/n) " choice
if [ "$choice" = "y" ]; then
	echo "$repositories" | while read repository; do
		echo -n "$repository,"
		curl -sX POST "https://app.codacy.com/api/v3/organizations/gh/codacy-docs/repositories/$repository/tokens" \
	         -H "api-token: $CODACY_API_TOKEN" \
	   	| jq -r ".data | .token"
        sleep 10 # Wait 10 seconds
	done
else
	echo "No changes made.";
fi
