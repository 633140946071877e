namespace Bastion.Ssh.Wire;

// Message numbers of RFC 4250 §4.1.2, RFC 8308, RFC 4256, RFC 4419 and OpenSSH's PROTOCOL §1.8. Numbers 30–49 and 60–79 mean
// different things for different methods; they carry the name of each.
internal enum MessageNumber : byte
{
    Disconnect = 1,
    Ignore = 2,
    Unimplemented = 3,
    Debug = 4,
    ServiceRequest = 5,
    ServiceAccept = 6,
    ExtInfo = 7,
    KexInit = 20,
    NewKeys = 21,
    KexExchangeInit = 30,
    KexExchangeReply = 31,
    KexGexInit = 32,
    KexGexReply = 33,
    KexGexRequest = 34,
    UserAuthRequest = 50,
    UserAuthFailure = 51,
    UserAuthSuccess = 52,
    UserAuthBanner = 53,
    UserAuthMethod60 = 60, // PK_OK, INFO_REQUEST or PASSWD_CHANGEREQ: the outstanding method says which
    UserAuthInfoResponse = 61,
    GlobalRequest = 80,
    RequestSuccess = 81,
    RequestFailure = 82,
    ChannelOpen = 90,
    ChannelOpenConfirmation = 91,
    ChannelOpenFailure = 92,
    ChannelWindowAdjust = 93,
    ChannelData = 94,
    ChannelExtendedData = 95,
    ChannelEof = 96,
    ChannelClose = 97,
    ChannelRequest = 98,
    ChannelSuccess = 99,
    ChannelFailure = 100,
    Ping = 192,
    Pong = 193,
}
