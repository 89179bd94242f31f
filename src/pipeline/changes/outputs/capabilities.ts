import type { ElfFacts } from '../../../formats/elf/read-elf.ts';
import type { Capability, CapabilityRisk } from '../detectors/detector.ts';

/**
 * What a file of an output can do, by what it shows of itself:
 *
 *     bin/tool   takes `ptrace` from elsewhere            → steers other processes, high
 *     bin/tool   holds the text `/etc/shadow`             → reads passwords, keys or wallets, high
 *     bin/setup  holds the text `curl -s … | sh`          → downloads and runs, critical
 *
 * Nothing of it is proof of harm: debuggers steer processes. What counts is that a step brings it. It looks for the
 * kinds of things that https://github.com/chainguard-dev/malcontent looks for, with few and plain rules of its own; a
 * program that is linked statically shows no symbols, and one that unpacks itself shows nothing.
 */
interface Rule {
  readonly does: string;
  readonly risk: CapabilityRisk;
  /** Names that it takes from elsewhere. */
  readonly symbol?: RegExp;
  /** Texts in a program, in a script, or in either. Every repetition is bounded: files are large and hostile. */
  readonly program?: RegExp;
  readonly script?: RegExp;
  readonly text?: RegExp;
  readonly path?: RegExp;
}

const connects = 'opens connections';
const secrets = 'reads passwords, keys or wallets';
const environment = 'gathers its environment';

const rules: readonly Rule[] = [
  {
    does: connects,
    risk: 1,
    symbol: /^(connect|getaddrinfo|gethostbyname(_r)?|SSL_connect|gnutls_handshake|curl_easy_perform)$/,
    program: /net\.\(\*Dialer\)\.DialContext/,
    script:
      /\b(urllib\.request|urllib3|http\.client|requests\.(get|post)\(|https?\.(get|request)\(|socket\.socket\(|IO::Socket|LWP::UserAgent|Net::HTTP|XMLHttpRequest|fetch\(['"]http|(curl|wget) +[-'"$h])/,
  },
  { does: 'waits for connections', risk: 2, symbol: /^listen$/, program: /net\.\(\*ListenConfig\)\.Listen/ },
  {
    does: 'runs programs',
    risk: 1,
    symbol: /^(execv|execve|execvp|execvpe|execl|execlp|execle|execveat|system|popen|posix_spawnp?|wordexp)$/,
    program: /os\/exec\.Command/,
    script: /\b(subprocess\.(run|Popen|call|check_)|os\.(system|popen|exec[lv]|spawn)|child_process|Open3\.)/,
  },
  { does: 'loads code while it runs', risk: 1, symbol: /^(dlopen|dlmopen)$/, script: /\bctypes\.(CDLL|cdll)/ },
  { does: 'chooses code while it is loaded', risk: 2, symbol: /^ifunc:/ },
  {
    does: 'changes whom it runs as',
    risk: 2,
    symbol: /^(set(e|re|res)?[ug]id|setgroups|initgroups|capset|cap_set_proc)$/,
    script: /\bos\.set(e|re|res)?[ug]id\(/,
  },
  {
    does: 'sees the packets of others',
    risk: 2,
    symbol: /^pcap_(open_live|create)$/,
    script: /\b(AF_PACKET|SOCK_RAW)\b/,
  },
  { does: 'runs code that is in no file', risk: 2, symbol: /^memfd_create$/, script: /\bmemfd_create\b/ },
  { does: 'runs an open file that may have no name', risk: 3, symbol: /^fexecve$/ },
  {
    does: 'steers other processes',
    risk: 3,
    symbol: /^(ptrace|process_vm_(readv|writev))$/,
    text: /\/proc\/(self|%[dilu]{1,3}|\$\{?\w{1,20}\}?)\/mem\b/,
  },
  {
    does: 'changes the kernel',
    risk: 3,
    symbol: /^(init_module|finit_module|delete_module|kexec_load|kexec_file_load|kmod_module_insert_module)$/,
    script: /\b(insmod|modprobe) +[-\w$"/]/,
  },
  { does: 'looks for a debugger', risk: 2, text: /\bTracerPid\b/ },
  {
    does: secrets,
    risk: 3,
    symbol: /^(getspnam(_r)?|getspent)$/,
    text: /\/etc\/g?shadow\b|\.ssh\/(id_[a-z]|authorized_keys|identity)|\.aws\/credentials|\.config\/gcloud|\.gnupg\/(private|secring)|\bwallet\.dat\b|\/Login Data\b|\blogins\.json\b|\.kube\/config\b/,
  },
  {
    does: 'reads saved logins',
    risk: 2,
    text: /\.netrc\b|\.git-credentials\b|\.docker\/config\.json|\.pgpass\b|\.npmrc\b|\.pypirc\b|\b169\.254\.169\.254\b/,
  },
  {
    does: environment,
    risk: 2,
    script:
      /JSON\.stringify\(process\.env\b|Object\.(entries|keys)\(process\.env\)|dict\(os\.environ\)|\b(printenv|env) *\| *(curl|wget|nc|base64|gzip|openssl)\b/,
  },
  {
    does: 'starts by itself',
    risk: 2,
    path: /(^|\/)(systemd\/(system|user)\/.*\.(service|timer|socket|path)|cron\.(d|hourly|daily|weekly)\/.|xdg\/autostart\/.|udev\/rules\.d\/.|profile\.d\/.|init\.d\/.)/,
    text: /\/etc\/cron(tab|\.[a-z])|\/var\/spool\/cron|\bcrontab -|\/etc\/systemd\/system\b|\bsystemctl (--\w+ )?enable\b|\.config\/(autostart|systemd\/user)|\/etc\/rc\.local\b|\/\.(bashrc|bash_profile|zshrc)\b|\/etc\/profile\.d\b/,
  },
  { does: 'makes others load its code', risk: 2, text: /\b(LD_PRELOAD|DYLD_INSERT_LIBRARIES)\b/ },
  { does: 'makes every program load its code', risk: 4, text: /\/etc\/ld\.so\.preload\b/ },
  {
    does: 'makes a file run as its owner',
    risk: 3,
    script: /\bchmod +(-R +)?([ugoa]{0,4}\+[rwx]{0,3}s|0?[4-7][0-7]{3})\b|\bsetcap +['"]?cap_/,
  },
  {
    does: 'is written to be hard to read',
    risk: 2,
    script: /(\\x[0-9a-fA-F]{2}){60}|\b_0x[0-9a-f]{4,6}\b[^\n]{0,200}\b_0x[0-9a-f]{4,6}\b/,
  },
  {
    does: 'speaks to where stolen things go',
    risk: 3,
    text: /discord(app)?\.com\/api\/webhooks|api\.telegram\.org\/bot|pastebin\.com\/raw|\btransfer\.sh\/|\bwebhook\.site\b|\.ngrok\.io\b|\b[a-z2-7]{56}\.onion\b/,
  },
  {
    does: 'covers its tracks',
    risk: 3,
    text: /\bHISTFILE=\/dev\/null|\bunset HISTFILE\b|\bhistory -c\b|\bsetenforce 0\b|\biptables -F\b|\bufw disable\b|\bauditctl -e ?0\b|\brm -r?f?r? \/var\/log\b/,
  },
  {
    does: 'downloads and runs',
    risk: 4,
    text: /\b(curl|wget) [^\n|]{0,300}\| *(sudo +)?(\/bin\/|\/usr\/bin\/)?(env +)?((ba|da|z|k)?sh|python3?|perl|node)\b/,
  },
  {
    does: 'runs what it decodes',
    risk: 4,
    text: /\bbase64 +(-d|-D|--decode)[^\n]{0,200}\| *(sudo +)?(\/bin\/)?((ba|da|z|k)?sh|python3?|perl)\b/,
    script:
      /\b(eval|exec|Function)\b ?\(?[^\n]{0,80}(b64decode|base64_decode|decode_base64|\batob\(|fromCharCode|zlib[^\n]{0,4}\.decompress|unhexlify|marshal\.loads|Buffer\.from\([^\n]{0,200}['"](base64|hex)['"])|\beval +["']?\$\([^\n]{0,120}\b(base64 +-|xxd +-r)/,
  },
  {
    does: 'gives a shell away',
    risk: 4,
    text: /\/dev\/tcp\/|\bnc(at)? +-[a-z]{0,5}e[a-z]{0,3} |\bbash -i *[>&]|\bpty\.spawn\(|\bsocat [^\n]{0,120}\bEXEC:/i,
  },
  {
    does: 'mines',
    risk: 4,
    text: /\bstratum\+(tcp|ssl|tls):|\bxmrig\b|\bminexmr\b|\bcryptonight\b|\bnanopool\.org\b|--donate-level/i,
  },
];

/** What is worse together than apart, in one file. */
const together: readonly { readonly does: string; readonly risk: CapabilityRisk; readonly of: readonly string[] }[] = [
  { does: 'can send away what it reads', risk: 4, of: [secrets, connects] },
  { does: 'can send its environment away', risk: 4, of: [environment, connects] },
];

const modules = /\.(py|pth|js|cjs|mjs|pl|pm|rb|lua|php|sh|bash|zsh|fish|ps1|tcl)$/;

/** Whether a file is looked into though nobody may run it: interpreters load it. */
export function isLoaded(file: string): boolean {
  return modules.test(file);
}

/** What the path of a file says of it already. */
export function capabilitiesOfPath(file: string): readonly Capability[] {
  return rules.flatMap(({ does, risk, path }) => (path?.test(file) ? [{ file, does, risk, by: 'where it lies' }] : []));
}

/** What a program (`elf`) or a script can do. */
export function capabilitiesOf(file: string, content: string, elf: ElfFacts | null): readonly Capability[] {
  const found = rules.flatMap((rule): readonly Capability[] => {
    const by =
      elf?.symbols.find((name) => rule.symbol?.test(name)) ??
      textOf(content, rule.text) ??
      textOf(content, elf === null ? rule.script : rule.program);
    return by === undefined ? [] : [{ file, does: rule.does, risk: rule.risk, by }];
  });
  const worse = together.flatMap(({ does, risk, of }): readonly Capability[] => {
    const parts = of.map((part) => found.find((one) => one.does === part)?.by);
    return parts.includes(undefined) ? [] : [{ file, does, risk, by: parts.join(' and ') }];
  });
  return [...found, ...worse];
}

function textOf(content: string, pattern: RegExp | undefined): string | undefined {
  return pattern
    ?.exec(content)?.[0]
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, 80);
}
