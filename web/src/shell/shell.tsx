import { Burger, Drawer, Group, NavLink, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconTerminal2 } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Link, Outlet, useLocation } from "react-router";
import { SecretOnceProvider } from "../pieces/secret-once";
import { useViewer } from "../session/session";
import { AccountMenu } from "./account-menu";
import { areasFor } from "./navigation";
import classes from "./shell.module.css";
import { ShieldMark } from "./shield-mark";

/** What stands around every page: where one can go, and who is signed in. */
export function Shell(): ReactNode {
  const [isOpen, drawer] = useDisclosure(false);
  return (
    <SecretOnceProvider>
      <a href="#main" className={classes.skip}>
        To the content
      </a>
      <header className={classes.header}>
        <Group gap="sm" wrap="nowrap">
          <Burger
            className={classes.narrow}
            opened={isOpen}
            onClick={drawer.toggle}
            size="sm"
            aria-label="Navigation"
            aria-expanded={isOpen}
          />
          <Link to="/" className={classes.brand}>
            <ShieldMark size={28} />
            Tokenward
          </Link>
        </Group>
        <AccountMenu />
      </header>
      <div className={classes.body}>
        <nav className={classes.side} aria-label="Main">
          <Places />
        </nav>
        <main id="main" tabIndex={-1} className={classes.main}>
          <Outlet />
        </main>
      </div>
      <Drawer opened={isOpen} onClose={drawer.close} size="xs" title="Navigation">
        <nav aria-label="Main">
          <Places onLeave={drawer.close} />
        </nav>
      </Drawer>
    </SecretOnceProvider>
  );
}

function Places({ onLeave }: { onLeave?: () => void }): ReactNode {
  const viewer = useViewer();
  const { pathname } = useLocation();
  return (
    <>
      {areasFor(viewer).map(({ label, places }) => (
        <div key={label} role="group" aria-label={label}>
          <Text size="sm" c="dimmed" fw={600} mt="sm" mb={4} aria-hidden>
            {label}
          </Text>
          {places.map(({ to, label: place, icon: Icon }) => (
            <NavLink
              key={to}
              component={Link}
              to={to}
              label={place}
              leftSection={<Icon size={18} aria-hidden />}
              active={pathname.startsWith(to)}
              aria-current={pathname.startsWith(to) ? "page" : undefined}
              onClick={onLeave}
            />
          ))}
        </div>
      ))}
      <div role="group" aria-label="Developers">
        <Text size="sm" c="dimmed" fw={600} mt="sm" mb={4} aria-hidden>
          Developers
        </Text>
        <NavLink href="/graphql" label="Playground" leftSection={<IconTerminal2 size={18} aria-hidden />} />
      </div>
    </>
  );
}
