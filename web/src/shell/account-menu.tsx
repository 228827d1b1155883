import { Button, Group, Menu, Text, useMantineColorScheme, type MantineColorScheme } from "@mantine/core";
import { IconCheck, IconDeviceDesktop, IconLogout, IconMoon, IconSun, IconUser } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useSession } from "../session/session";

const schemes = [
  { scheme: "light", label: "Light", icon: IconSun },
  { scheme: "dark", label: "Dark", icon: IconMoon },
  { scheme: "auto", label: "As the system", icon: IconDeviceDesktop },
] as const satisfies { scheme: MantineColorScheme; label: string; icon: unknown }[];

/** Who is signed in, the colours, and the way out. */
export function AccountMenu(): ReactNode {
  const { viewer, signOut } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { account, token } = viewer;
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <Button variant="subtle" color="gray" c="inherit" leftSection={<IconUser size={18} aria-hidden />}>
          {account.login}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Group px="sm" py="xs" gap={4}>
          <Text size="sm">{account.name ?? account.login}</Text>
          <Text size="sm" c="dimmed" w="100%">
            with {token.label} ({token.hint}…)
          </Text>
        </Group>
        <Menu.Divider />
        {schemes.map(({ scheme, label, icon: Icon }) => (
          <Menu.Item
            key={scheme}
            leftSection={<Icon size={16} aria-hidden />}
            rightSection={colorScheme === scheme ? <IconCheck size={16} aria-label="chosen" /> : null}
            onClick={() => {
              setColorScheme(scheme);
            }}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={signOut}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
